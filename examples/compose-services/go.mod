module layerscope.dev/examples/compose-services

go 1.19
