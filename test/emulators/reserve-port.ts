/** For servers that are to start later, where a client already looks for them. */
import { createServer } from 'node:net';

/** A free port of 127.0.0.1 on which nothing listens. */
export function reservePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
