module layerscope.dev/examples/go-server

go 1.19
