/** An `import` of node:http would load all it can give, WebSockets too, which takes 40 ms (nodejs 24). */
export const { Agent: HttpAgent } = process.getBuiltinModule('node:http');
export const { Agent: HttpsAgent } = process.getBuiltinModule('node:https');
