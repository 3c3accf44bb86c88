import { backupBytes, sayPart, type BackupListed, type BackupManifest, type BackupPlan } from './backup.ts'
import { sayBytes, sayDay, sayList } from './say.ts'

/** What is told before a snapshot is made: how large, and what is stopped for it. */
export function sayPlan({ sources, bytes, free }: BackupPlan): readonly string[] {
  const stops = sources.filter((one) => one.stops).map(({ title }) => title)
  const unknown = sources.filter((one) => one.bytes === undefined).map(({ title }) => title)
  return [
    `${sources.length === 0 ? 'No data of services' : `Up to ${sayBytes(bytes)} before compression`}: ${[
      ...sources.map(
        ({ title, bytes: own, how }) =>
          `${title} ${how === 'references' ? '(names of images only)' : own === undefined ? '(not measured)' : sayBytes(own)}`,
      ),
      'your settings and own services',
    ].join(
      ', ',
    )}.${free === undefined ? '' : ` ${free === 0 ? 'No space is' : `${sayBytes(free)} are`} free.`}`,
    ...(unknown.length === 0 ? [] : [`Docker has not measured ${sayList(unknown, 20)}.`]),
    ...(stops.length === 0
      ? []
      : [
          stops.length === 1
            ? `${stops[0] ?? ''} is stopped while its files are copied; databases keep running.`
            : `${sayList(stops, 20)} are stopped one after the other while their files are copied; databases keep running.`,
        ]),
    'Metrics, logs and traces are not copied.',
  ]
}

/** One line of the list. */
export function sayListed(listed: BackupListed, now: number): readonly string[] {
  const { name, size } = listed
  const at = listedAt(listed)
  return [name, sayBytes(size), at === undefined ? '' : sayDay(at, now), sayState(listed)]
}

/** When it was created, epoch ms; of one that was cut off when that was begun. */
export const listedAt = ({ manifest, cut }: BackupListed): number | undefined =>
  manifest ? Date.parse(manifest.at) : cut?.at

/** What is in one, or why it cannot be used, beside its name. */
export function sayState({ manifest, cut, trouble }: BackupListed): string {
  if (manifest) return sayWhat(manifest)
  return cut ? 'cut off while it was created: create it again, or delete it' : (trouble?.what ?? '')
}

/** What is in one, in a few words. */
export function sayWhat({ secrets, registry, parts, suffix }: BackupManifest): string {
  return [
    `${suffix}: ${sayBytes(backupBytes({ parts }))}`,
    secrets === 'encrypted' ? 'with passwords, encrypted' : 'without passwords',
    registry === 'whole' ? '' : registry === 'references' ? 'images by name only' : 'without images',
  ]
    .filter(Boolean)
    .join(', ')
}

/** What is in one, a row a part. */
export function sayContent(manifest: BackupManifest): readonly (readonly string[])[] {
  const titleOf = (id: string): string => manifest.services.find((one) => one.id === id)?.title ?? ''
  return manifest.parts.map((part) => [
    sayPart(part, titleOf(part.service)),
    sayBytes(part.bytes),
    part.sha256.slice(0, 12),
  ])
}
