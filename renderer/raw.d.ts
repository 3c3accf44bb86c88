/** Files whose text is a part of the page. */
declare module '*?raw' {
  const text: string
  export default text
}
