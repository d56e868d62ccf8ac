/** The small interfaces that the core knows; init/adapters/ implements them. Types only. */

/** Environment variables, of this process or for COMMAND. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Temporary AWS credentials, as AssumeRoleWithWebIdentity returns them. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** Where the worker's Google-signed ID tokens come from. */
export interface IdTokenSource {
  /** Fetches a signed JWT for the audience; throws IdentityError. */
  fetchIdToken(audience: string, signal: AbortSignal): Promise<string>;
}

/** One value of the metadata server, such as `instance/name`. */
export interface MetadataReader {
  /** Reads a value; undefined where the server knows none. Throws IdentityError. */
  read(path: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Exchanges a web identity token for credentials. */
export interface RoleAssumer {
  /** Calls AssumeRoleWithWebIdentity; throws IdentityError. */
  assumeRole(webIdentityToken: string, signal: AbortSignal): Promise<Credentials>;
}

/** Where fresh credentials go: the endpoint's memory or the shared credentials file. */
export interface CredentialsSink {
  deliver(credentials: Credentials): Promise<void>;
  /** Takes back what an earlier delivery left: nobody may use it as if it were ours. */
  withdraw(): Promise<void>;
}

/** Files with credentials or the endpoint's token in them, and those that an SDK would read. */
export interface Disk {
  /** Reads a file that is to be rewritten; undefined where there is none. Throws IdentityError. */
  readOwnFile(path: string): Promise<string | undefined>;
  /** Replaces a file as a whole, with this mode. Throws IdentityError. */
  writeAtomically(path: string, text: string, mode: number): Promise<void>;
  /** Reads a file that is only looked at; undefined where it cannot be read. */
  readIfPresent(path: string | undefined): Promise<string | undefined>;
}

/** COMMAND, found already. */
export interface Worker {
  /** Starts it, forwards signals, and returns its exit code (128+N when signal N ended it). */
  run(env: Record<string, string>): Promise<number>;
  /** Replaces this process by it. */
  become(env: Record<string, string>): never;
}

/** Time and chance, injected so that tests need neither. */
export interface Clock {
  nowMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A signal that aborts after `ms`. */
  timeout(ms: number): AbortSignal;
  /** A number in [0, 1). */
  random(): number;
}

/** Facts beside a log message: never a token, a key or a raw body. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** What the recipe needs to make credentials. */
export interface FederationPorts {
  idTokens: IdTokenSource;
  roles: RoleAssumer;
  clock: Clock;
  log: Logger;
}
