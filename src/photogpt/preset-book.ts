/** The presets, remembered, so that suggesting one never waits for the API. */
import type { PhotoGPT } from './client.ts';

type Preset = Awaited<ReturnType<PhotoGPT['listPresets']>>[number];

/** `suggest` gives those whose name, tag or category contains what was typed; it is empty until the first `refresh`. */
export type PresetBook = { refresh(signal: AbortSignal): Promise<void>; suggest(typed: string): Preset[] };

export function createPresetBook(api: Pick<PhotoGPT, 'listPresets'>): PresetBook {
  let known: Preset[] = [];
  return {
    async refresh(signal) {
      known = await api.listPresets({}, { signal });
    },
    suggest(typed) {
      const wanted = typed.toLowerCase();
      return known.filter((preset) =>
        [preset.tag, preset.name, preset.category].some((word) => word?.toLowerCase().includes(wanted)),
      );
    },
  };
}
