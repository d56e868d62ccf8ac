/** Images from the project's own Dockerfile, and from others on top of them. */
import { DEFAULT_ROLE } from '../emulators/start.ts';
import { docker, GLIBC_IMAGE, NODE_IMAGE, RECORDER_IMAGES } from './docker.ts';

const PREFIX = 'dataflow-aws-identity-test';

export interface ImageOptions {
  tag: string;
  target?: 'init' | 'beam';
  beamImage?: string;
  platform?: string;
  buildArgs?: Record<string, string>;
}

/** Builds image/Dockerfile on the prepared base images. Returns the image's name. */
export async function buildImage(options: ImageOptions): Promise<string> {
  const { tag, target, beamImage = RECORDER_IMAGES.Go, platform, buildArgs } = options;
  const image = `${PREFIX}/${tag}`;
  const values = { NODE_IMAGE, GLIBC_IMAGE, BEAM_IMAGE: beamImage, ...buildArgs };
  await docker([
    'build',
    '--file=image/Dockerfile',
    ...Object.entries(values).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    `--tag=${image}`,
    '.',
  ]);
  return image;
}

/** The worker image of an SDK, with the emulators' role and a region as its defaults. */
export function buildWorkerImage(sdk: keyof typeof RECORDER_IMAGES): Promise<string> {
  const buildArgs = { AWS_ROLE_ARN: DEFAULT_ROLE.arn, AWS_REGION: 'eu-west-1' };
  return buildImage({
    tag: `worker-${sdk.toLowerCase()}`,
    beamImage: RECORDER_IMAGES[sdk],
    buildArgs,
  });
}

/** Builds a Dockerfile's text, without a context. Returns the image's name. */
export async function buildText(
  tag: string,
  dockerfile: string,
  buildArgs: Record<string, string> = {},
): Promise<string> {
  const image = `${PREFIX}/${tag}`;
  const args = Object.entries(buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`);
  await docker(['build', ...args, `--tag=${image}`, '-'], { stdin: dockerfile });
  return image;
}
