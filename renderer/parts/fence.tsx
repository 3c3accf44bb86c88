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
  /** For what stands before a view: nothing is drawn in its place, and this is called. */
  readonly onBroken?: () => void
}

/** Keeps a part that throws from taking the window with it. React knows error boundaries only as classes. */
export class Fence extends Component<FenceProps, { readonly broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true }
  }
  override componentDidCatch(): void {
    this.props.onBroken?.()
  }
  override render(): ReactNode {
    if (!this.state.broken) return this.props.children
    if (this.props.onBroken) return null
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
