/**
 * What is done from now on takes of the processor (ms), as often as it is asked. What must not take long is measured by it:
 * how long a loaded machine lets it wait is not its fault.
 */
export function processorTime(): () => number {
  const began = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  }
}
