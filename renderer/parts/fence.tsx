import { Component, type ReactNode } from 'react'
import { sayShell } from '../words/shell.ts'
import { Button } from './button.tsx'
import { Empty } from './empty.tsx'

interface FenceProps {
  /** What stops working when the children do: "Logs". */
  readonly title: string
  readonly children: ReactNode
  /** Called before the children are shown again. */
  readonly onAgain?: () => void
}

/** Keeps a view that throws from taking the window with it. React knows error boundaries only as classes. */
export class Fence extends Component<FenceProps, { readonly broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true }
  }
  override render(): ReactNode {
    if (!this.state.broken) return this.props.children
    return (
      <main className="page">
        <Empty title={sayShell.viewFailed(this.props.title)} says={sayShell.viewFailedSays}>
          <Button
            onPress={() => {
              this.props.onAgain?.()
              this.setState({ broken: false })
            }}
          >
            {sayShell.again}
          </Button>
        </Empty>
      </main>
    )
  }
}
