/**
 * All that a page of ours is given: two functions. It asks by name, and is told; neither Electron nor Node is reachable
 * from it. What may be asked is the contract's business, checked behind this.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { channels, type Bridge } from './channels.ts'
import type { Reply, Told } from './contract.ts'

const listeners = new Set<(told: Told) => void>()

ipcRenderer.on(channels.told, (_event, told: Told) => {
  for (const tell of listeners) tell(told)
  ipcRenderer.send(channels.took)
})

const bridge: Bridge = {
  request: async (name, input) => (await ipcRenderer.invoke(channels.request, name, input)) as Reply,
  listen(tell) {
    listeners.add(tell)
    return () => void listeners.delete(tell)
  },
}

contextBridge.exposeInMainWorld('macula', bridge)
