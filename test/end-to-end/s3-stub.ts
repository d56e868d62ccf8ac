/** An S3 that answers every ListObjectsV2 the same, and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Reply {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export interface S3Stub {
  url: string;
  requests: readonly { url: string; headers: IncomingHttpHeaders }[];
  close(): void;
}

export const ONE_KEY: S3Reply = {
  status: 200,
  body: '<ListBucketResult><KeyCount>1</KeyCount><Contents><Key>input/1</Key></Contents></ListBucketResult>',
};

/** S3's error as XML. */
export function s3Error(status: number, code: string, headers?: Record<string, string>): S3Reply {
  const body = `<Error><Code>${code}</Code><Message>No.</Message></Error>`;
  return headers === undefined ? { status, body } : { status, body, headers };
}

/** Listens on loopback, on a free port. */
export async function startS3Stub(reply: S3Reply): Promise<S3Stub> {
  const requests: { url: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    requests.push({ url, headers });
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
