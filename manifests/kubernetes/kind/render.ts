import type { Files } from '../../renderers.ts';
import type { Settings } from '../../settings/table.ts';
import { renderPolicies } from '../admission/render.ts';

export function renderKind(settings: Settings): Files {
  return renderPolicies(settings.kubernetes);
}
