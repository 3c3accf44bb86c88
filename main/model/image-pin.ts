/** What a person's updates of images are, as settings.json keeps them. */

/** An update as settings.json keeps it. */
export interface ImageUpdate {
  /** NAME:TAG@sha256:…, whole: what the tag leads to later makes no difference. */
  readonly image: string
  /** What the service's description named when it was updated. */
  readonly instead: string
  /** What it was made from before, oldest first, for the way back; the first is the description's. */
  readonly before: readonly string[]
}

export type ImageUpdates = Readonly<Record<string, ImageUpdate>>

/** More steps back than anybody goes. */
export const MOST_BEFORE = 10
