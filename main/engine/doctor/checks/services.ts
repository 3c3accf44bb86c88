import { fine, type Check } from '../check.ts'

export const services: Check = {
  id: 'services',
  group: 'services',
  title: 'Services',
  async run({ snapshot }) {
    const bad = snapshot.services.filter(
      (service) =>
        service.state === 'failed' ||
        (service.state === 'degraded' &&
          !snapshot.causes.some((cause) => cause.services.includes(service.id))),
    )
    if (bad.length === 0) return [fine(snapshot.summary.says)]
    return bad.map((service) => ({
      result: service.state === 'failed' ? ('failed' as const) : ('warning' as const),
      what: `${service.title}: ${service.headline?.what ?? service.reason}`,
      why: service.headline?.why ?? '',
      todo: service.headline?.todo ?? '',
      ...(service.headline?.fix === undefined ? {} : { fix: service.headline.fix }),
    }))
  },
}
