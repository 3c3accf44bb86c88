/** What the engine needs of image registries. */

/** How many bytes an image is, compressed as it comes over the line, by its registry; or why that is not known. */
export type DownloadSize =
  { readonly kind: 'known'; readonly bytes: number } | { readonly kind: 'unknown'; readonly why: string }

export interface RegistriesAdapter {
  /** Asks the image's registry, within a few seconds; what it said lately is not asked again. Never throws. */
  size(image: string): Promise<DownloadSize>
  /** What is known without asking; undefined: it was not asked yet, or not lately. */
  known(image: string): DownloadSize | undefined
}
