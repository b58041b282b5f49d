package dev.layerscope.greeter;

/** Greets whoever it is told to, and says which version of itself does. */
public final class Main {
    private Main() {}

    public static void main(String[] names) {
        String version = Main.class.getPackage().getImplementationVersion();
        String name = names.length > 0 ? String.join(" and ", names) : "world";
        System.out.printf("Hello, %s, from greeter %s%n", name, version);
    }
}
