/** What of a labelled pod is in the way of the identity, in CEL: a list of sentences. */

import { VARIABLES } from '../../../init/contract.ts';
import { buildCredentialsEnv } from '../delivery.ts';
import { nativeSidecar } from '../identity-container.ts';
import {
  CONFLICTING_VARIABLES,
  CONFLICTING_WITH_ENDPOINT,
  CONTAINER_NAME,
  MODES,
  MOUNT_PATH,
  VOLUME_NAME,
} from '../names.ts';
import { celString, quoted, toCel, when } from './cel.ts';
import { isOurMount, isUnderMountPath } from './mounts.ts';
import { isChosen, setting } from './pod-variables.ts';

const REMEDY = 'or list the container in skip-containers';

/** Builds the list; `image` is the one that the injected container has. */
export function buildClashes(image: string): string {
  return [
    foreignContainer(image),
    startedTooEarly,
    foreignVolume,
    wrongMounts,
    conflictingVariables,
  ].join(' +\n');
}

const isOneShot = "c.?args.orValue([]) == ['init'] && !has(c.restartPolicy)";

/** Without its probe, the pod's other containers would start before there are credentials. */
const isSidecar = [
  `c.?args.orValue([]) == ${toCel(nativeSidecar.args)}`,
  `c.?restartPolicy.orValue('') == ${celString(nativeSidecar.restartPolicy)}`,
  `c.?startupProbe.?exec.?command.orValue([]) == ${toCel(nativeSidecar.startupProbe.exec.command)}`,
].join(' && ');

/** A container of our name that a user wrote could be anything; ours is known by what it runs. */
function foreignContainer(image: string): string {
  const role = setting('role-arn');
  const ours = [
    `c.image == ${celString(image)} && !has(c.command)`,
    `(variables.mode == 'refreshing' ? ${isSidecar} : ${isOneShot})`,
    `(${role} == '' || c.?env.orValue([]).exists(e, e.name == ${celString(VARIABLES.roleArn)} && e.?value.orValue('') == ${role}))`,
    `c.?volumeMounts.orValue([]).exists(m, ${isOurMount('m')})`,
  ].join(' && ');
  return when(
    `!variables.identity.all(c, ${ours})`,
    celString(
      `init container "${CONTAINER_NAME}": this name is for the injected one; rename yours`,
    ),
  );
}

/** Another kind of volume would keep the credentials where others can read them. */
const foreignVolume = when(
  `!variables.volumes.exists(v, v.name == ${celString(VOLUME_NAME)} && v.?emptyDir.?medium.orValue('') == 'Memory')`,
  celString(`volume "${VOLUME_NAME}": this name is for the injected volume; rename yours`),
);

/** Init containers run one after the other; those before ours would find no credentials. */
const startedTooEarly = `variables.initContainers.transformList(i, c, i < variables.identityPosition && ${isChosen('c')},
'init container ' + ${quoted('c.name')} + ${celString(` comes before "${CONTAINER_NAME}", so it would find no credentials; move it behind, ${REMEDY}`)})`;

const mounts = 'c.?volumeMounts.orValue([])';

const wrongMounts = `variables.chosen.filter(c, !${mounts}.exists(m, ${isOurMount('m')}) ||
${mounts}.exists(m, ${isUnderMountPath('m.mountPath')} && !(${isOurMount('m')}))).map(c,
'container ' + ${quoted('c.name')} + ${celString(`: its volumeMounts use ${MOUNT_PATH} or the volume ${VOLUME_NAME} otherwise; change them, ${REMEDY}`)})`;

const isInFrontOfEndpoint = `variables.mode == 'refreshing' && e.name in ${toCel(CONFLICTING_WITH_ENDPOINT)}`;

/** The delivery's own variables with another value, and those that an AWS SDK prefers to them. */
const conflictingVariables = `variables.chosen.map(c, c.?env.orValue([]).filter(e,
e.name in ${toCel(CONFLICTING_VARIABLES)} || ${isInFrontOfEndpoint} || (${deliveredByMode()}).exists(d, d.name == e.name && d.value != e.?value.orValue('')))
.map(e, 'container ' + ${quoted('c.name')} + ' sets ' + e.name + ${celString(`, which can win over the injected credentials; remove it, ${REMEDY}`)}))
.filter(sentences, sentences.size() > 0).map(sentences, sentences.join('; '))`;

function deliveredByMode(): string {
  const [oneShot, refreshing] = MODES.map((mode) => toCel(buildCredentialsEnv(mode)));
  return `variables.mode == 'refreshing' ? ${refreshing} : ${oneShot}`;
}
