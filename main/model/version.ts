/** Whether a version is at least another: "2.29.1-4", "v2.20.0". What holds no number is older than everything. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [one = '0', two = '0'] = /(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []
  return Number(one) > major || (Number(one) === major && Number(two) >= minor)
}
