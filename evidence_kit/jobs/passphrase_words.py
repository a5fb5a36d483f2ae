"""Words for generated passphrases: short, known to learners of English, without signs that keyboards hide.

Chosen for this project. None is near to what a searcher would ask about, and six of them are over 64 bits.
"""

from typing import Final

_TEXT: Final = """
abacus able acorn acrobat admire adobe adopt adorn agile agree airmail airport album alder alert alfalfa alive alley
almanac almond alpine amber ample amuse anchor ancient angle anise ankle answer antelope anthem antique antler anvil
applaud apple apricot apron aqua aquarium arcade arched archer arctic armchair arrange arrive arrow artful artist
ashore aspen asphalt assemble aster atlas atrium attend attic auburn autumn avenue avocado awake awning badge badger
bagel bake baker balance balcony ballad ballet balloon balmy bamboo banana bandage bangle banjo banner barber baritone
barley barn baron barrel basic basil basin basket bassoon bathe bathtub bayou bazaar beacon beaker beanbag beaver
bedrock bedroom beehive beetle begin beige believe bell bellows bench bergamot berry billboard birch biscuit bison
blanket blazer blend blended blink blizzard bloom blossom blouse bluebell blueprint boat bobbin bobcat boiler bold
bonfire bonnet bookcase bookmark boomerang border borrow bottle boulder bounce bouncy bouquet bowl bowtie bracelet
bramble branch brass brave breeze breezy brick bridge briefcase bright bring brioche brisk brisket broad broccoli
bronze brook broom brownie brush bubble bubbly bucket buckle buffalo build builder bundle buoyant burlap burrow bushel
busy butler butter button cabbage cabin cable cactus calendar calico calm camel camera canary candid candle candy
canoe canteen canvas canyon caramel caravan caraway carbon cardigan careful cargo carnival carpet carriage carrot
carry cartoon carve carver cascade cashew castle casual catalog catch caterer cathedral cavern cedar celery cellar
cello cement century cereal chalk chamber channel chapel charcoal chariot charm chateau checker cheddar cheerful
cheese cherry chess chestnut chew chicken chicory chilly chime chimney chirp chisel choose chorus chowder chutney
cider cinnamon circle circus citadel citrus clap clarinet classic clay clean clear clever cliff climb cloak clock
closet cloudy clover coastal coaster cobalt cobbler cobweb coconut coffee coleslaw collar collect colony comb combine
comet compact compare compass compose compost concert condor cook copilot copper coral cordial corduroy cork cornfield
cornice cottage cotton cougar count couplet courtyard cousin cover coyote cradle crafty cranberry crane crater crawl
crayon cream create crescent cricket crimson crisp crocus croquet cross crouton crow crunchy crystal cube cucumber
cuddle cupboard curious curly currant curtain cushion custard cyclone cymbal cypress daffodil dahlia dairy daisy dance
dancer dandelion daring date daylight dazzling decide decimal decorate deep delicate deliver delta deluxe denim dense
describe desert dessert diamond diary diesel diligent dimple dinghy dinner dipper discover distant divide dogwood
dolphin domino donkey doormat doorway dormouse double dozen dragon drapery draw drawer dream dreamy dresser drift
driftwood drink drive drizzle drummer duckling dugout dulcimer durable dustpan dusty dwelling eagle early earn earnest
earring easel eastern easy echo eclair eggplant eggshell elbow elder elegant elephant elevator eleven ember emerald
endive endless engine enjoy enough ensemble enter envelope equator eraser ermine errand estuary even evening evergreen
exact exotic explain explore express extend extra eyebrow fable factory faint fair falafel falcon family famous fancy
farmer farmland fast fasten fearless feather fedora feed fennel fern ferret ferry festival festive fetch fiddle
fifteen filament fill finch find fine finger finish firefly fireside firm fish fishbowl fisher fizzy flagpole
flagstone flamingo flannel flap flask flat flax fleece flicker flint float floral florist flour flow flower fluent
fluffy flute fold folder foliage follow fond fondue football footpath forest forge forgive fork formal fortune fossil
fountain foxglove fragrant frank freckle free freezer fresco fresh friendly frigate fritter frog frosting frosty
frozen frugal fruit fuchsia fudge full funnel funny furnace fuzzy gable galaxy gallery galley gallon gallop garage
garden gardenia garlic garment garnet gather gazebo gazelle gecko gelatin genial gentle genuine geranium geyser giant
gifted giggle gimlet ginger gingham giraffe glacier glad gladiola glance gleeful glide glider glimmer globe glossy
glove glow gnome goblet golden goldfish gondola goose gopher gorilla gosling gourd grab graceful granary grand granite
grape grapevine graphite grass grateful gravel gravy grebe green greet griddle grin gritty grocer grotto grove grow
guava guess guide guitar gull gumdrop gutter habitat hacksaw haddock hairbrush halibut hallway hamlet hammer hammock
hamster handbag handle handrail handy hang happy hardy harmonica harp harvest hasty hatch hawk haystack hazel headland
headlight hearth hearty heather hedge hedgehog helmet help helpful hemlock heron herring hibiscus hickory highway hike
hiking hillside hinge hippo hitch hobby hockey holiday hollow homestead honest honey hoop hopeful hopscotch horizon
hornet horse horseshoe hotel hourly hover hubcap huge humble humid humming hurdle husk hyacinth hydrant iceberg icicle
ideal iguana imagine immense include indigo indoor inkblot inkwell inlet inner inspect invent invite ironing island
ivory jacket jackpot jaguar jasmine javelin jelly jellyfish jersey jetty jewel jigsaw jogger join jolly journey jovial
joyful jubilee judo juggler jukebox jump jumper jungle juniper kangaroo kayak kazoo keen keeper kelp kennel kernel
kettle keyboard keystone kimono kind kiosk kitchen kite kitten kiwi knapsack kneel knit knitting knock knoll knotty
knuckle koala label lacework lacquer ladder ladle ladybug lagoon lakeside lamb landmark lanky lantern lanyard lapel
larch large lark larkspur lasso lasting latch lattice laugh launch laundry laurel lavender lavish lawn leaflet leafy
lean learn leather ledge leek legume lemon lemonade lemur lend lentil leopard lettuce level library lift lightbulb
likely lilac lilting lily limerick limestone linen linger linnet lintel lion listen lively lizard llama loan lobby
lobster local locket lodge loft lofty lone long lotus loud lovely loyal lucky lullaby lumber lunar lunch lupine lush
lute lynx macaroni macaw mackerel maestro magenta magnet magnolia magpie mahogany mailbox major mallard mallet mammoth
mandarin mandolin mango manor mantel mantle maple marathon marble margin marigold marina marmalade marmot marquee
marsh mascot matinee mattress maze meadow measure medal medley meerkat meet mellow melody melon memo mend merchant
meringue mermaid merry metal meteor metro mezzanine midday midnight mighty mild milkshake mill millet mimosa mineral
mingle minnow minor minstrel mint mirror misty mitten moccasin modern modest moist molasses mollusk monday mongoose
monkey monsoon moonlight mooring moose morning mortar mosaic moss motel motor mountain mousse move muffin mulberry
mulch mural muscle museum mushroom music musical muslin mustang mustard napkin narrow narwhal natural navy near neat
nectar needle nephew nest nettle nibble nickel nifty nightfall nimble noble noisy nomad noodle nook northern notebook
notice nougat novel novice nugget nursery nutmeg nutshell oaken oarlock oasis oatcake oatmeal oboe ocean ocelot octave
octopus offer olive omelet onion opal open opera opposite orange orbit orchard orchid order oregano organ oriole
ornament osprey ostrich otter outdoor outer outpost oval oven overcoat overpass oversize oyster pack paddle paddock
padlock pagoda paint pajamas palace pale palette palm pancake panda panorama pansy panther papaya paper paprika
parachute parade parakeet parapet parasol parcel park parrot parsley parsnip partridge pasta paste pastel pastry
pasture patient patio pattern pause pavement pavilion peaceful peach peacock peanut pearly pebble pecan pedal peel
pelican pencil penguin pepper perch perform perfume pergola perimeter petal petite petunia pewter pheasant phone piano
piccolo pick pickle picnic pigeon piglet pillow pilot pine pinecone pinwheel pioneer pistachio pitcher pizza placid
plaid plain planet plank plant plaster plateau platinum platter play playful plaza pleasant plum plumber plush pocket
poem polar polish polite polka pomelo poncho pond pony poodle popcorn poplar poppy porcelain porch porridge porthole
portrait possum postcard potato pottery pour powder practice prairie prepare present pretzel prime primrose printer
promise prompt propeller proper proud prune pudding pueblo puffin pull pulley pumice pumpkin puppet puppy pure purple
push puzzle pylon pyramid quail quaint quarry quartet quartz quiche quick quicksand quiet quilt quince quiver quote
rabbit raccoon race radar radiant radiator radio radish rafter railway rainbow raincoat rainfall raise raisin ramble
rampart ranch random rapid rapids rare raspberry ratchet raven ravine ravioli rayon reach read ready recipe rectangle
redwood reef regal registry regular reindeer relax relaxed relish remember repair reply rescue rest restful return
rhubarb ribbon rich ricotta riddle ride ridge ringlet rinse ripe river rivet roadside roam roast robin robust rocket
rocky rodeo roll roller romper rooftop roomy rooster rosemary rosy rotate rotor round rowan rowboat ruby rudder ruffle
rural russet rustic rutabaga saddle safari safe saffron sail sailor salad salmon salsa salty sample sandal sandbox
sandstone sandwich sandy sapling sapphire sardine sassafras satchel satin saucer sauna sausage savanna save sawdust
sawmill scallop scarecrow scarf scarlet scatter scenic school schooner scissors scoop scooter scroll scrub seafood
seagull seaport search seashell season seaweed seedling select semicolon sequoia serene sesame settle seven shadow
shady shaggy shallot shallow shamrock share sharp shawl shelf shelter shepherd sherbet shine shingle shiny shipyard
shoelace short shovel shrimp shutter sidewalk sienna silent silk silky silver simple sincere sing singer sixteen skate
skater sketch skillet skip skylark skylight slate sled sleek sleepy sleeve slender slice slide slipper sloth slow
small smart smile smooth smoothie snail snapper sneaker snooze snowdrop snowfall snowflake snowman snowy snug soak
soap soccer sociable sofa soft solar solid solstice sonata sonic sonnet sorbet sorrel sort soup soybean spaniel
sparkly sparrow spatula speak spearmint special spectrum speedy spicy spider spinach spindle spiral splash sponge
spoon spotted spread sprinkle sprout spruce spry spyglass square squash squid squirrel stable stack stadium staircase
stamp stanza starfish starling stately station statue steady steamboat steamer steep steeple steer stencil stew still
stir stirrup stocky stony stool stork stormy stout stove strap straw stream stretch stripe striped stroll strong
strudel studio study sturdy sturgeon subtle suede sugar suitcase summer summit sundial sunflower sunlight sunny
sunrise superb supple surfer surname swallow swan sweater sweet swift swim swing swordfish sycamore syrup tabby table
tadpole taffy tailor tall tame tandem tangent tangerine tango tangy tapestry tapioca tarragon tartan tassel tavern
tawny teach teacup teakwood teal teapot teaspoon telescope temple tempo tender tennis terrace terrier textile thank
thatch theater thermos thick thicket thimble thistle thorough thunder thyme ticket tickle tidepool tidy tiger tiller
timber tinsel tiny tiptoe toast toboggan toffee tollgate tomato topaz topsoil torch tornado tortilla tortoise toss
toucan touch tower trace tractor trade trailer tramway tranquil travel treacle treat treehouse treetop trellis
triangle tributary tricycle trim trinket trolley trombone trophy tropical trousers trout trowel truffle trumpet trusty
tugboat tulip tundra tunic tunnel turban turbine turkey turmeric turnip turquoise turtle tuxedo tweed twelve twig
twilight twin twirl type typist ukulele umbrella unfold unicorn unique unpack unwrap upbeat update upland upstairs
urban useful usual utensil vague valiant valley vanilla varnish vase vast velvet velvety veranda vessel viaduct
vibrant village vinegar vineyard violet violin visit visitor vital vivid volcano voyage wade waffle wagon wait waiter
walk walkway wallaby wallet walnut walrus waltz wander warbler wardrobe warehouse warm warmth wash washer watch water
waterfall wave wavy weather weaver wedge weekend weekly welcome western whale wharf wheat whisker whisper whistle
wicker wide wiggle wild wildlife willow windmill window windy wink winter wise wishbone wisteria witty wizard wolf
wombat wonder wooden woodland woolen workshop worthy wreath wren wristband write yacht yardstick yarn yawn yellow
yogurt yonder young yucca zany zebra zenith zephyr zeppelin zesty zigzag zinc zinnia zither zucchini
"""
WORDS: Final[tuple[str, ...]] = tuple(_TEXT.split())
