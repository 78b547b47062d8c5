/** The names of the bridge's messages. Between preload and main process nothing else is said. */
export const channels = {
  open: 'kiosk:open',
  text: 'kiosk:text',
  close: 'kiosk:close',
  ended: 'kiosk:ended',
} as const
