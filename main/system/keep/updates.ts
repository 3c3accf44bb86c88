import type { UpdatesAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ImageUpdates } from '../../model/image-pin.ts'
import type { Paths } from '../paths.ts'
import { openSettings, saveSettings } from './settings.ts'

/** Updates of images, in settings.json. */
export function openUpdates(paths: Paths): UpdatesAdapter {
  const read = async (): Promise<ImageUpdates> => {
    const { settings, problem } = await openSettings(paths)
    if (problem) throw new MaculaError(problem)
    return settings.updates
  }
  return {
    read,
    async keep(service, update) {
      await saveSettings(paths, ({ updates }) => {
        const { [service]: _, ...others } = updates
        return { updates: update ? { ...others, [service]: update } : others }
      })
    },
  }
}
