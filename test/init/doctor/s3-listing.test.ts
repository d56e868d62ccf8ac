import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createS3Lister, listingUrl } from '../../../init/adapters/s3-listing.ts';

describe('createS3Lister', () => {
  const regions = [
    { region: 'eu-west-1', endpoint: 'https://s3.eu-west-1.amazonaws.com' },
    { region: 'us-gov-west-1', endpoint: 'https://s3.us-gov-west-1.amazonaws.com' },
    { region: 'cn-north-1', endpoint: 'https://s3.cn-north-1.amazonaws.com.cn' },
    { region: 'eusc-de-east-1', endpoint: 'https://s3.eusc-de-east-1.amazonaws.eu' },
  ];
  for (const { region, endpoint } of regions) {
    test(`asks ${endpoint} in ${region}`, () => {
      assert.equal(createS3Lister({ region, endpoint: undefined }).endpoint, endpoint);
    });
  }

  test("asks the user's own endpoint where there is one", () => {
    const endpoint = 'http://127.0.0.1:8333/s3';
    assert.equal(createS3Lister({ region: 'eu-west-1', endpoint }).endpoint, endpoint);
  });
});

describe('listingUrl', () => {
  const QUERY = '?list-type=2&max-keys=1&prefix=';
  const AWS = 'https://s3.eu-west-1.amazonaws.com';
  const urls = [
    { bucket: 'data', base: AWS, url: `https://data.s3.eu-west-1.amazonaws.com/${QUERY}` },
    { bucket: 'data.example.com', base: AWS, url: `${AWS}/data.example.com${QUERY}` },
    {
      bucket: 'data',
      base: 'http://127.0.0.1:1',
      own: true,
      url: `http://127.0.0.1:1/data${QUERY}`,
    },
    { bucket: 'data', base: 'http://h/s3/', own: true, url: `http://h/s3/data${QUERY}` },
    {
      bucket: 'data',
      prefix: 'a b/+&=%/ü',
      base: AWS,
      url: `https://data.s3.eu-west-1.amazonaws.com/${QUERY}a%20b%2F%2B%26%3D%25%2F%C3%BC`,
    },
  ];
  for (const { bucket, prefix = '', base, own = false, url } of urls) {
    test(`of s3://${bucket}/${prefix} at ${base} is ${url}`, () => {
      assert.equal(listingUrl({ bucket, prefix }, base, own).href, url);
    });
  }
});
