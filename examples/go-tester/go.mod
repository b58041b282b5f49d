module layerscope.dev/examples/go-tester

go 1.19
