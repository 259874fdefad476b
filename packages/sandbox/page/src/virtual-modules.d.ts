declare module 'virtual:emoji-sprite' {
  /** Address of the SVG with a symbol for each emoji. */
  const address: string
  export default address
}
