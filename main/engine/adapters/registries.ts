/** What the engine needs of image registries. */

/** How many bytes an image is, compressed as it comes over the line, by its registry; or why that is not known. */
export type DownloadSize =
  { readonly kind: 'known'; readonly bytes: number } | { readonly kind: 'unknown'; readonly why: string }

/** What tags a repository has, by its registry; or why that is not known. */
export type TagsTold =
  | { readonly kind: 'known'; readonly tags: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string }

/** What a tag leads to now ("sha256:…"), by its registry; or why that is not known. */
export type DigestTold =
  { readonly kind: 'known'; readonly digest: string } | { readonly kind: 'unknown'; readonly why: string }

export interface RegistriesAdapter {
  /** All tags of the image's repository, each time afresh, within 20 s. Never throws. */
  tags(image: string): Promise<TagsTold>
  /** What another tag of the image's repository leads to. Never throws. */
  digest(image: string, tag: string): Promise<DigestTold>
  /** Asks the image's registry, within a few seconds; what it said lately is not asked again. Never throws. */
  size(image: string): Promise<DownloadSize>
  /** What is known without asking; undefined: it was not checked yet, or not lately. */
  known(image: string): DownloadSize | undefined
}
