/** A self-signed certificate for 127.0.0.1 (X.509, RFC 5280), since Node makes none by itself. */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Certificate {
  /** PEM. */
  key: string;
  cert: string;
}

const OID = {
  commonName: '0603550403',
  ecdsaWithSha256: '06082a8648ce3d040302',
  subjectAltName: '0603551d11',
  basicConstraints: '0603551d13',
};
const LIFETIME_MS = 3_600_000;

/** Makes a key and a certificate that is its own authority, good for an hour. */
export function createCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, hex(OID.ecdsaWithSha256));
  const name = der(0x30, der(0x31, der(0x30, hex(OID.commonName), der(0x0c, text('STS')))));
  const now = Date.now();
  const validity = der(0x30, utcTime(now - LIFETIME_MS), utcTime(now + LIFETIME_MS));
  const toBeSigned = der(
    0x30,
    der(0xa0, hex('020102')),
    hex('020101'),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions())),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = der(0x30, toBeSigned, algorithm, der(0x03, hex('00'), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

/** It is an authority, and its subject is the address 127.0.0.1. */
function extensions(): Buffer[] {
  const address = der(0x30, der(0x87, Buffer.from([127, 0, 0, 1])));
  const authority = der(0x30, hex('0101ff'));
  return [
    der(0x30, hex(OID.basicConstraints), hex('0101ff'), der(0x04, authority)),
    der(0x30, hex(OID.subjectAltName), der(0x04, address)),
  ];
}

/** A DER element (ITU-T X.690): tag, length, content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...encodeLength(body.length)]), body]);
}

/** In as few bytes as possible, which DER demands. */
function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, text(`${digits}Z`));
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, 'hex');
}

function text(characters: string): Buffer {
  return Buffer.from(characters);
}
