import type { Fix } from '../../../model/ladder.ts'
import { sayPerson } from '../../../model/owner.ts'
import type { ResolverRoute, RouteInput } from '../../adapters.ts'
import { sayWaiting } from '../../../model/waiting.ts'
import { namesElsewhere } from '../../look/names.ts'
import { fine, type Finding } from '../check.ts'

function setUp(label: string, route: ResolverRoute): { readonly fix: Fix } {
  return { fix: { label, command: 'maculactl setup', action: { kind: 'setup', changes: [route.id] } } }
}

/**
 * How the resolver of this machine is led to our names. What set-up wrote and somebody or time changed since is told by
 * its lines: the other names may all be right.
 */
export async function seeRoute(
  routes: readonly ResolverRoute[],
  input: RouteInput,
): Promise<{ readonly used?: ResolverRoute; readonly finding: Finding }> {
  const { suffix } = input.settings
  const seen = await Promise.all(
    routes.map(async (route) => ({
      route,
      inPlace: await route.isInPlace(input).catch(() => false),
      fit: await route.detect(),
      differs: await route.differs?.(input).catch(() => undefined),
      project: await route.ofProject?.(input.settings.project).catch(() => undefined),
      waits: (await route.waits?.(input).catch(() => undefined)) ?? [],
      other: await route.heldBy?.().catch(() => undefined),
    })),
  )
  const used = seen.find(({ inPlace }) => inPlace)?.route
  const before = await used?.goesBefore?.(input.settings).catch(() => undefined)
  if (used && before !== undefined)
    return {
      used,
      finding: {
        result: 'warning',
        changes: [used.id],
        what: `${used.title} is set up for our names, but another answer comes first.`,
        why: before,
        todo: 'maculactl migrate shows what the platform’s own set-up left, and takes it out.',
      },
    }
  if (used)
    return { used, finding: { ...fine(`${used.title} is set up for our names.`), changes: [used.id] } }

  const held = seen.find(({ other }) => other !== undefined)
  if (held?.other)
    return {
      finding: {
        result: 'warning',
        what: `Names under ${suffix} point at another Macula.`,
        why: `${held.route.title} points the names of this machine at the Macula of ${sayPerson(held.other)}.`,
        todo: `Services open by address. To take the names over: maculactl undo ${held.route.id} --even-others, then maculactl setup.`,
      },
    }
  const best = seen.find(({ fit }) => fit.fits)?.route
  const behind = seen.find(({ waits, fit }) => waits.length > 0 && fit.fits)
  if (behind) {
    const said = sayWaiting(behind.route.title, behind.waits, await namesElsewhere(behind.route, input))
    return {
      finding: {
        result: 'warning',
        changes: [behind.route.id],
        ...said,
        todo: `${said.todo}.`,
        ...setUp('Set up names…', behind.route),
      },
    }
  }
  const old = seen.find(({ differs }) => differs !== undefined)
  if (old)
    return {
      finding: {
        result: 'warning',
        changes: [old.route.id],
        what:
          old.project === undefined
            ? `What set-up wrote for names under ${suffix} is not what it would write now (${old.route.title}).`
            : `Names under ${suffix} lead to your project ${old.project} (${old.route.title}).`,
        why: old.differs ?? '',
        ...(best
          ? {
              todo:
                best === old.route
                  ? 'maculactl setup writes it again.'
                  : `maculactl setup sets names up through ${best.title}.`,
              ...setUp('Set up names again…', best),
            }
          : { todo: old.fit.says }),
      },
    }
  return {
    finding: {
      result: 'warning',
      what: `Names under ${suffix} are not set up on this machine.`,
      ...(best
        ? {
            why: `Set-up has not written them: ${seen.find(({ route }) => route === best)?.fit.says ?? ''}`,
            todo: 'Set-up does it; services open by address until then.',
            ...setUp('Set up names…', best),
          }
        : {
            why: seen.map(({ fit }) => fit.says).join(' '),
            todo: 'Fix one of these, then run maculactl setup; services open by address until then.',
          }),
    },
  }
}
