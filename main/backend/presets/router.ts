import type { Preset } from '../../../db/repositories/presets.ts';
import { service } from '../api/service.ts';
import type { PresetService } from './service.ts';

export function presetsRouter(presets: PresetService) {
  const contract = service.presets;
  return {
    list: contract.list.handler(() => presets.list().map(described)),
    save: contract.save.handler(({ input }) => described(presets.save(input.name, input.text))),
    rename: contract.rename.handler(({ input }) => described(presets.rename(input.id, input.name))),
    remove: contract.remove.handler(({ input }) => {
      presets.remove(input.id);
      return { id: input.id };
    }),
  };
}

function described({ recipeFile, ...preset }: Preset) {
  return { ...preset, text: recipeFile };
}
