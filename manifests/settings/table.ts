/** The whole settings table: the sections of the values file, each in its own file. */

import { aws } from './aws.ts';
import { google } from './google.ts';
import { kubernetes } from './kubernetes.ts';
import type { ValuesOf } from './setting.ts';

export const settingsTable = { google, aws, kubernetes };

/** Settings after parsing: every value is allowed, and those that the rendering requires are there. */
export type Settings = ValuesOf<typeof settingsTable>;
