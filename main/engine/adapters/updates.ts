/** What the engine needs of what a person updated images to. */
import type { ImageUpdate, ImageUpdates } from '../../model/image-pin.ts'

export interface UpdatesAdapter {
  /** As they are written now, by whichever face. */
  read(): Promise<ImageUpdates>
  /** Writes one whole, or (undefined) takes it out; the others stay. */
  keep(service: string, update: ImageUpdate | undefined): Promise<void>
}
