/** The API's presets in memory, so that suggesting one never waits for the API. */
import type { PhotoGPT } from './client.ts';

type Preset = Awaited<ReturnType<PhotoGPT['listPresets']>>[number];

/** The presets as last fetched. */
export type PresetList = {
  /** Fetches the presets. Throws `PhotoGPTError`, and keeps the earlier ones then. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Returns the presets whose name, tag or category contains `typed`. There are none before the first `refresh`. */
  suggest(typed: string): Preset[];
};

/** Returns presets that are empty until the first `refresh`. */
export function createPresetList(api: Pick<PhotoGPT, 'listPresets'>): PresetList {
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
