import { splitImage } from './cluster.ts'

/** The service that keeps images (assets/stack/registry), and its port inside Docker. */
export const REGISTRY = 'registry'
export const REGISTRY_PORT = 5000

/** What tools are told to push to and manifests name (kind's own convention, KEP-1755). */
export const ANNOUNCED = 'localhost:5001'

/** Ports that people write behind the registry's names. */
const ports = [REGISTRY_PORT, 5001] as const

/** What is known in Docker's networks only: a push from this machine goes by another name. */
const inside = ['kind-registry', 'macula-registry', REGISTRY].map((name) => `${name}:${REGISTRY_PORT}`)

/**
 * Every way in which manifests write our registry: its public name without and with a port, the ports of localhost, and its
 * names in the docker network. The first is the one that people are told.
 */
export function registryReferences(suffix: string): readonly string[] {
  const name = `registry.${suffix}`
  return [
    name,
    ...ports.map((port) => `${name}:${port}`),
    ...ports.map((port) => `localhost:${port}`),
    ...inside,
  ]
}

/** The line that pushes an image; `IMAGE` stands for a person's own, with its tag. `registry`: by which name. */
export function pushLine(registry: string): string {
  const there = `${registry}/macula/IMAGE`
  return `docker tag IMAGE ${there} && docker push ${there}`
}

/** Whether an image is one of our registry, to which a person pushes. */
export function isOurImage(image: string, suffix: string): boolean {
  return registryReferences(suffix).includes(splitImage(image).registry)
}

/** The same image by a name that a push from this machine reaches. */
export function pushable(image: string, suffix: string): string {
  const { registry } = splitImage(image)
  return inside.includes(registry) ? `registry.${suffix}${image.slice(registry.length)}` : image
}
