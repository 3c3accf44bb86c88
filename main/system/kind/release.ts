import type { KindRelease } from './bring.ts'

const version = '0.33.0'

/**
 * SHA-256 of kind's published programs, from the .sha256sum file beside each at its release
 * (https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0). It is the release that the pinned node image was made with.
 */
const sums: Readonly<Record<string, string>> = {
  'linux-amd64': 'aee6151561422756b764a4ae28e7f44cda5af5a9eead3cc9985112b1de8d8e0d',
  'linux-arm64': '20022bee6cfcd5086cb7234d218e3454e6090022f2a8f55d1fa7fcf42c3867a2',
  'darwin-amd64': '5a99f26f57246dc9319dd294803313197a0f34d33c525b3ea8b655db5916ece0',
  'darwin-arm64': '0c8c7dbe5e23594a198b786c4bc13dacc101fa6196b0cb0b23a1ca44e61f4b4f',
}

/** The kind that is downloaded where none fits; undefined: none is published for this platform. */
export function kindRelease(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): KindRelease | undefined {
  const name = `${platform}-${arch === 'x64' ? 'amd64' : arch}`
  const sha256 = sums[name]
  return sha256 === undefined
    ? undefined
    : { version, url: `https://kind.sigs.k8s.io/dl/v${version}/kind-${name}`, sha256 }
}
