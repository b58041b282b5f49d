module layerscope.dev/examples/go-hello

go 1.19
