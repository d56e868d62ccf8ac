import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StsError } from './sts-error.ts';
import { formatErrorResponse, formatResponse } from './xml.ts';

describe('formatResponse', () => {
  test('nests elements in order, leaves out the undefined and escapes text', () => {
    assert.equal(
      formatResponse('Act', { A: { B: '<&">' }, C: undefined, D: 1 }, 'id-1'),
      '<ActResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
        '<ActResult><A><B>&lt;&amp;&quot;&gt;</B></A><D>1</D></ActResult>' +
        '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></ActResponse>\n',
    );
  });
});

describe('formatErrorResponse', () => {
  test('blames the sender, with the message that AWS sends with the code', () => {
    assert.equal(
      formatErrorResponse(new StsError('Throttling'), 'id-1'),
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
        '<Code>Throttling</Code><Message>Rate exceeded</Message></Error>' +
        '<RequestId>id-1</RequestId></ErrorResponse>\n',
    );
  });

  test('blames the receiver for 5xx', () => {
    const xml = formatErrorResponse(new StsError('InternalFailure'), 'id-1');
    assert.match(xml, /<Type>Receiver<\/Type>/);
  });
});
