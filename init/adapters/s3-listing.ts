import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { S3Location } from '../config/values.ts';
import type { S3Answer, S3Lister } from '../doctor/ports.ts';
import { IdentityError, withoutSecrets } from '../errors.ts';
import type { Credentials } from '../ports.ts';
import { regionalHost } from './aws-endpoint.ts';

const REQUEST_TIMEOUT_MS = 10_000;
/** The address in a TLS certificate has one label before it: a bucket's name with dots has more. */
const FITS_HOST_NAME = /^[a-z0-9-]+$/;

export interface S3Endpoint {
  region: string;
  /** The user's own (AWS_ENDPOINT_URL_S3); undefined for AWS's regional one. */
  endpoint: string | undefined;
}

/** Lists with one signed ListObjectsV2 (S3 API reference). Follows no redirects. */
export function createS3Lister({ region, endpoint }: S3Endpoint): S3Lister {
  const base = endpoint ?? `https://${regionalHost('s3', region)}`;
  return {
    endpoint: base,
    async listOne(location, credentials, signal) {
      const url = listingUrl(location, base, endpoint !== undefined);
      const headers = await signedHeaders(url, region, credentials);
      try {
        const response = await fetch(url, {
          headers,
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
        });
        return readAnswer(response.status, response.headers, await response.text());
      } catch (error) {
        throw unreachable(base, error);
      }
    },
  };
}

/**
 * The address of one ListObjectsV2: path style at an endpoint of the user's own, virtual-hosted
 * style at AWS where the bucket's name fits (S3 user guide, "Virtual hosting of buckets").
 */
export function listingUrl({ bucket, prefix }: S3Location, base: string, pathStyle: boolean): URL {
  const url = new URL(base);
  if (pathStyle || !FITS_HOST_NAME.test(bucket)) {
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${bucket}`;
  } else {
    url.hostname = `${bucket}.${url.hostname}`;
  }
  url.search = `?list-type=2&max-keys=1&prefix=${encodeURIComponent(prefix)}`;
  return url;
}

async function signedHeaders(
  url: URL,
  region: string,
  credentials: Credentials,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials,
    region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
  });
  const { headers } = await signer.sign({
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
  });
  // fetch sets the host by itself.
  const { host: _host, ...rest } = headers;
  return rest;
}

/** Takes what matters from S3's XML, of which nothing else is shown. */
function readAnswer(status: number, headers: Headers, body: string): S3Answer {
  const element = (name: string) =>
    new RegExp(`<${name}>([\\w.-]{1,64})</${name}>`).exec(body)?.[1];
  const keyCount = element('KeyCount');
  return {
    status,
    code: element('Code'),
    bucketRegion: headers.get('x-amz-bucket-region') ?? element('Region'),
    keyCount: keyCount === undefined ? undefined : Number(keyCount),
  };
}

function unreachable(base: string, error: unknown): IdentityError {
  const reason = error instanceof Error ? withoutSecrets(error.message) : 'no answer';
  return new IdentityError('ERR_TEMPORARY', `S3 cannot be reached at ${base}: ${reason}`, {
    cause: error,
    hint: 'check the region, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the proxy and the network (a VPC needs a way out)',
  });
}
