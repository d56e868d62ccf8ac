/** How the worker gets the credentials: from a loopback endpoint, or the shared credentials file. */
export const DELIVERIES = ['endpoint', 'file'] as const;
export type Delivery = (typeof DELIVERIES)[number];
