/** What the least possible host would cost: plain HTTP and a WebSocket in Node, and a page with nothing in it. */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const page = `<!doctype html><title>blank</title><script>
  new WebSocket('ws://' + location.host).onopen = () => {
    document.body.innerHTML = '<section data-screen="blank"><button>blank</button></section>'
  }
</script>`

const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(page))
new WebSocketServer({ server })
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  console.log(JSON.stringify({ ready: 'blank', url: `http://127.0.0.1:${port}/` }))
})
process.once('SIGTERM', () => process.exit(0))
