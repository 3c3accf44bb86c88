import { isInForce, plainImage, shippedImage } from '../../../model/image-update.ts'
import { fine, type Check, type Finding } from '../check.ts'

/** Images that a person updated, and updates that hold no more. */
export const updates: Check = {
  id: 'updates',
  group: 'services',
  title: 'Updated images',
  async run({ adapters, catalog }) {
    const written = (await adapters.updates?.read()) ?? {}
    return Object.entries(written).flatMap(([id, update]): readonly Finding[] => {
      const service = catalog.services.find((one) => one.id === id)
      const shipped = service && shippedImage(service)
      const image = plainImage(update.image)
      if (!service || shipped === undefined)
        return [fine(`${id} was updated to ${image}; there is no such service now.`)]
      if (isInForce(update, shipped))
        return [
          fine(
            `${service.title} is made from ${image} by an update of yours; ${shipped} is what its description names. maculactl update ${id} --back goes back.`,
          ),
        ]
      return [
        {
          result: 'warning',
          what: `The update of ${service.title} to ${image} does not apply any more.`,
          why: `Its description names ${shipped} now, which is as new, or another image; that is used instead.`,
          todo: `maculactl up ${id} makes it from that and forgets the update.`,
          fix: {
            label: `Start ${service.title}`,
            command: `maculactl up ${id}`,
            action: { kind: 'start', services: [id] },
          },
        },
      ]
    })
  },
}
