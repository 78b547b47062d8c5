/** @param name of a file, as `citizen.choose.title.ogg` @returns the key of the text that it is named after */
export const keyOfFile = (name: string): string => name.replace(/\.[^.]+$/, '')
