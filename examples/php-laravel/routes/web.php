<?php

return static function (array $app, string $path): void {
    if ($path !== '/') {
        http_response_code(404);
    }
    echo $path === '/' ? "Hello from {$app['name']}\n" : "Nothing is here\n";
};
