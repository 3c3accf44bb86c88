/** What the engine needs of volumes. */
import type { MovedVolume } from '../../model/kept.ts'
import type { VolumeListing } from '../../model/volume-list.ts'

/** A volume that was copied and compared. */
export interface KeptVolume {
  readonly from: string
  readonly to: string
  /** Files and folders. */
  readonly entries: number
  readonly bytes: number
  /** What was copied is a part of its service's data only. */
  readonly partial?: true
}

/** How a volume is copied. */
export interface KeepWish {
  readonly from: string
  readonly to: string
  readonly image: string
  readonly service: string
  /** Names of all copies that belong together, with this one. */
  readonly set?: readonly string[]
  /** What is copied is a part of its service's data only. */
  readonly partial?: true | undefined
}

/** Volumes of our project; those of others are never changed. */
export interface VolumesAdapter {
  /** Names of our volumes that a container writes to. */
  of(container: string): Promise<readonly string[]>
  has(name: string): Promise<boolean>
  /** Names of all volumes of ours that hold data of services, without those that were moved aside. */
  all(): Promise<readonly string[]>
  /**
   * Those that were moved aside, by name, with what each was; without one whose copying was cut off. `partial`: it was a part when it
   * was copied, or others that belong to it are not there.
   */
  copies(): Promise<readonly MovedVolume[]>
  /** Names of containers that have a volume, without one container (id). */
  users(name: string, except: string): Promise<readonly string[]>
  /**
   * Copies a volume into a new one through containers of `image` that are never started, and compares both. A copy that
   * is not whole does not stay; the original is only read.
   */
  keep(wish: KeepWish, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<KeptVolume>
  /**
   * Fills a volume of ours that nothing uses with a copy that was moved aside from it: it is made anew under its labels, filled and
   * compared. One that is not whole does not stay; the copy is only read.
   */
  putBack(
    wish: { readonly copy: string; readonly to: string; readonly image: string },
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<KeptVolume>
  /** What is in a volume of ours, within bounds, through a container of `image` that is never started; it is only read. */
  list(wish: { readonly name: string; readonly image: string }): Promise<VolumeListing>
  /** The content of a volume of ours as a tar, through a container of `image` that is never started; it is only read. */
  pack(
    wish: {
      readonly name: string
      readonly image: string
      /** Folders and files below its root that are left out. */
      readonly without?: readonly string[]
    },
    signal: AbortSignal,
  ): AsyncIterable<Buffer>
  /** Contents of those files below a path that are wanted, by their path from its folder; none where there is no such path. */
  contents(
    wish: { readonly name: string; readonly image: string; readonly path: string },
    wants: (path: string, bytes: number) => boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Buffer>>
  /**
   * Makes a volume of ours that nothing uses anew under its labels, fills it with such a tar and compares what arrived. One that
   * is not whole does not stay.
   */
  refill(
    wish: { readonly to: string; readonly image: string },
    source: AsyncIterable<Buffer>,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<KeptVolume>
  /** Removes what an interrupted copy left behind. */
  sweep(): Promise<void>
  /** Removes a volume that compose made for us and nothing uses. */
  remove(name: string): Promise<void>
  /** Removes a copy while its original is there. */
  discard(copy: string): Promise<void>
}
