// Scores rows with ONNX Runtime. Arguments: the runtime's main script. Standard input: {"model": base64, "feeds": {name: {"type",
// "values"}}}, null for NaN. Standard output: {"inputs": [[name, type]], "outputs": {name: {"type", "dims", "values"}}}.
'use strict';

const ort = require(process.argv[2]);
const chunks = [];

const build = ({ type, values }) => {
  const dims = [values.length, 1];
  const number = value => (value === null ? NaN : value);
  switch (type) {
    case 'string': return new ort.Tensor('string', values, dims);
    case 'float32': return new ort.Tensor('float32', Float32Array.from(values, number), dims);
    default: return new ort.Tensor('float64', Float64Array.from(values, number), dims);
  }
};

process.stdin.on('data', chunk => chunks.push(chunk));
process.stdin.on('end', async () => {
  try {
    const request = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const session = await ort.InferenceSession.create(Buffer.from(request.model, 'base64'), { logSeverityLevel: 3 });
    const feeds = Object.fromEntries(Object.entries(request.feeds).map(([name, feed]) => [name, build(feed)]));
    const results = await session.run(feeds);
    const outputs = {};
    for (const [name, tensor] of Object.entries(results)) {
      outputs[name] = { type: tensor.type, dims: tensor.dims, values: Array.from(tensor.data, v => (typeof v === 'bigint' ? Number(v) : v)) };
    }
    process.stdout.write(JSON.stringify({ inputs: session.inputMetadata.map(input => [input.name, input.type]), outputs }));
  } catch (error) {
    process.stderr.write(String(error && error.stack || error));
    process.exitCode = 1;
  }
});
