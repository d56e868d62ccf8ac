import { createStsClient } from './sts.ts';

/** AWS's own host of a service in a region, by the partition table that the STS client carries. */
export function regionalHost(service: 'sts' | 's3', region: string): string {
  const { config } = createStsClient({ region, endpoint: undefined });
  const { hostname } = config.endpointProvider({
    Region: region,
    UseGlobalEndpoint: false,
    UseFIPS: false,
    UseDualStack: false,
  }).url;
  return hostname.replace(/^sts\./, `${service}.`);
}
