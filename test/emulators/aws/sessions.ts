/** The sessions that the STS emulator has given credentials for. */
import { randomBytes, randomInt } from 'node:crypto';

export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expirationMs: number;
  /** `arn:…:sts::ACCOUNT:assumed-role/ROLE/SESSION` */
  arn: string;
  /** `AROA…:SESSION` */
  assumedRoleId: string;
}

export interface SessionStore {
  /** Makes up credentials for a session and remembers them. */
  open(session: Pick<Session, 'arn' | 'assumedRoleId' | 'expirationMs'>): Session;
  /** The session of an access key, expired or not. */
  find(accessKeyId: string): Session | undefined;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function createSessionStore(): SessionStore {
  const sessions = new Map<string, Session>();
  return {
    open(session) {
      const opened = {
        ...session,
        accessKeyId: `ASIA${Array.from({ length: 16 }, () => BASE32[randomInt(32)]).join('')}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(384).toString('base64'),
      };
      sessions.set(opened.accessKeyId, opened);
      return opened;
    },
    find: (accessKeyId) => sessions.get(accessKeyId),
  };
}
