/** What of a labelled pod is in the way of the identity, in CEL: a list of sentences. */

import { VARIABLES } from '../../../init/contract.ts';
import { buildCredentialsEnv } from '../delivery.ts';
import { CONFLICTING_VARIABLES, CONTAINER_NAME, MODES, MOUNT_PATH, VOLUME_NAME } from '../names.ts';
import { celString, quoted, toCel, when } from './cel.ts';
import { setting } from './pod-variables.ts';

const IS_OUR_MOUNT = `m.name == ${celString(VOLUME_NAME)} && m.mountPath == ${celString(MOUNT_PATH)}`;
const REMEDY = 'or list the container in skip-containers';

/** Builds the list; `image` is the one that the injected container has. */
export function buildClashes(image: string): string {
  return [foreignContainer(image), foreignVolume, missingMounts, conflictingVariables].join(' +\n');
}

/** A container of our name that a user wrote could be anything; ours is known by what it runs. */
function foreignContainer(image: string): string {
  const role = setting('role-arn');
  const ours = [
    `c.image == ${celString(image)} && !has(c.command)`,
    `c.?args.orValue([]) == (variables.mode == 'refreshing' ? ['serve'] : ['init'])`,
    `(${role} == '' || c.?env.orValue([]).exists(e, e.name == ${celString(VARIABLES.roleArn)} && e.?value.orValue('') == ${role}))`,
    `c.?volumeMounts.orValue([]).exists(m, ${IS_OUR_MOUNT})`,
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

const missingMounts = `variables.chosen.filter(c, !c.?volumeMounts.orValue([]).exists(m, ${IS_OUR_MOUNT})).map(c,
'container ' + ${quoted('c.name')} + ${celString(`: its volumeMounts use ${MOUNT_PATH} or the volume ${VOLUME_NAME} otherwise; change them, ${REMEDY}`)})`;

/** The delivery's own variables with another value, and those that an AWS SDK prefers to them. */
const conflictingVariables = `variables.chosen.map(c, c.?env.orValue([]).filter(e,
e.name in ${toCel(CONFLICTING_VARIABLES)} || (${deliveredByMode()}).exists(d, d.name == e.name && d.value != e.?value.orValue('')))
.map(e, 'container ' + ${quoted('c.name')} + ' sets ' + e.name + ${celString(`, which would win over the injected credentials; remove it, ${REMEDY}`)}))
.filter(sentences, sentences.size() > 0).map(sentences, sentences.join('; '))`;

function deliveredByMode(): string {
  const [oneShot, refreshing] = MODES.map((mode) => toCel(buildCredentialsEnv(mode)));
  return `variables.mode == 'refreshing' ? ${refreshing} : ${oneShot}`;
}
