import { sayBytes, sayList, sayThe } from './say.ts'

/** What a node takes of memory when it runs, with its ingress controller and no application (bytes). */
export const NODE_MEMORY = 700_000_000
/** What it writes to the disk (bytes): its own state and the images that its pods pull. */
export const NODE_DISK = 1_000_000_000
/** The node image on disk (bytes). */
export const NODE_IMAGE = 1_000_000_000

/** "700 MB of memory": what is told where there is little room. */
export const CLUSTER_MEMORY = `${sayBytes(NODE_MEMORY)} of memory`

/** "about 700 MB of memory and 1 GB of disk": what each cluster of one node takes, the node image apart. */
export const NEXT_CLUSTER_PRICE = `about ${CLUSTER_MEMORY} and ${sayBytes(NODE_DISK)} of disk`

/** What the first cluster of a machine takes, as every face tells it. */
export const CLUSTER_PRICE = `about ${CLUSTER_MEMORY}, ${sayBytes(NODE_DISK)} of disk and a node image of ${sayBytes(NODE_IMAGE)} once`

/** "the Hub cluster"; of several their titles. */
export function sayClusters(titles: readonly string[]): string {
  const [first] = titles
  return first !== undefined && titles.length === 1 ? sayThe(first) : sayList(titles)
}

/** What it takes to create so many clusters, as sentences. */
export function sayClusterPrice(count: number): string {
  return `${count === 1 ? 'It takes' : 'Each takes'} ${CLUSTER_PRICE}. The first time takes some minutes.`
}
