/** The XML that AWS's query protocol answers with. */
import type { StsError } from './sts-error.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** Content of an element: text, or child elements in order; undefined leaves the element out. */
export type XmlContent = string | number | undefined | { [element: string]: XmlContent };

/** The answer of an action that succeeded. */
export function formatResponse(action: string, result: XmlContent, requestId: string): string {
  const body = formatElements({
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  });
  return `<${action}Response xmlns="${NAMESPACE}">${body}</${action}Response>\n`;
}

/** The answer of an action that failed; 5xx are the receiver's fault, all else the sender's. */
export function formatErrorResponse(error: StsError, requestId: string): string {
  const body = formatElements({
    Error: {
      Type: error.status >= 500 ? 'Receiver' : 'Sender',
      Code: error.code,
      Message: error.message,
    },
    RequestId: requestId,
  });
  return `<ErrorResponse xmlns="${NAMESPACE}">${body}</ErrorResponse>\n`;
}

function formatElements(content: XmlContent): string {
  if (typeof content !== 'object') return escapeText(String(content));
  return Object.entries(content)
    .filter(([, child]) => child !== undefined)
    .map(([name, child]) => `<${name}>${formatElements(child)}</${name}>`)
    .join('');
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
