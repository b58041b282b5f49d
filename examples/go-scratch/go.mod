module layerscope.dev/examples/go-scratch

go 1.19
