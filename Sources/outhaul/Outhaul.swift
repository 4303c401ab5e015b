@main struct Outhaul { static func main() async {} }
