module layerscope.dev/examples/go-cache-mounts

go 1.19
