import type { Forward, ServiceRecord, StackAdapter } from '../../../main/engine/adapters.ts'
import type { AnswerSeen, ContainerSeen, Holder } from '../../../main/model/observation.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import type { WaySeen } from '../../../main/model/way.ts'

/** What the outside of a stack is, as values that a test changes. */
export function fakeWorld(services: readonly ServiceSpec[]) {
  return {
    containers: new Map<string, ContainerSeen>(),
    /** Id of each image by its name. */
    images: new Map(services.map(({ id }) => [`image-${id}`, `sha256:${id}-1`])),
    /** What a service's image is called where that is not image-ID. */
    named: new Map<string, string>(),
    network: 'net-1' as string | undefined,
    volumes: new Set<string>(),
    configs: new Map(services.map(({ id }) => [id, 'c1'])),
    record: new Map<string, ServiceRecord>(),
    wanted: new Set<string>(),
    sources: new Map<string, number | undefined>(),
    /** What a container that was just started is like. */
    started: (container: ContainerSeen): ContainerSeen => container,
    answer: (_port: number): AnswerSeen => ({ kind: 'answer', says: 'HTTP 200', ms: 1 }),
    /** Folders of the machine that each container writes to. */
    folders: [] as readonly string[],
    /** What resets and updates moved aside. */
    kept: [] as readonly { readonly from: string; readonly to: string }[],
    /** Names of other containers that have a volume of ours. */
    sharing: [] as readonly string[],
    /** The volume whose copy is not whole. */
    copyFails: '',
    /** How often half copies were looked for. */
    swept: 0,
    pullFails: false,
    /** What still ran when a service was told to stop. */
    ranAtStop: new Map<string, readonly string[]>(),
    /** Services whose stop Docker refuses. */
    stuck: new Set<string>(),
    /** Whether container addresses can be reached from here. */
    native: true,
    /** What the way to containers is. */
    way: { kind: 'right', device: 'br-1' } as WaySeen,
    /** What is told and refused beside what was rendered. */
    rendered: {
      keptAside: [],
      refused: [],
    } as Pick<Awaited<ReturnType<StackAdapter['render']>>, 'keptAside' | 'notes' | 'refused'>,
    /** What was asked to be rendered, in turn. */
    renders: [] as { readonly ids: readonly string[]; readonly publish: boolean }[],
    /** Services of which compose makes no container; and those for which it fails, with the reason. */
    unmade: new Set<string>(),
    makeFails: new Map<string, string>(),
    /** Forwarders that listen, by address and port. */
    forwards: new Map<string, Forward>(),
    /** Who has a port that a forwarder of ours would have; and names of containers by id or address. */
    held: new Map<string, Holder>(),
    names: new Map<string, string>(),
    nameServer: false,
    /** Whom our name server asks. */
    asks: undefined as string | undefined,
    now: 1_700_000_000_000,
    count: 0,
  }
}
