/** Who a request is by that no officer made: it stands in the document and in what the desk is told. */
export const selfService = 'self-service'
